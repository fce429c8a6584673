/*
 * Starts a program whose fsync and fdatasync can be made slow while it runs. A seccomp filter
 * hands just these two calls to a supervisor, which lets them go on later; all others cost nothing.
 *
 *   slow-sync FIFO program arguments...
 *
 * Commands, a line each, written into FIFO (times in milliseconds):
 *   every N   each call begun from now on takes N longer
 *   stall N   each call begun within the next N waits until these are over
 *   off       calls begun from now on are as fast as the disk
 *
 * Left out: slow writes that are not synced, slow reads, errors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define MOST_HELD 256

static struct {
  uint64_t id;
  int64_t due;
} held[MOST_HELD];
static int held_count;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int install(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fdatasync, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                 SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
                 &program);
}

static void let_go(int listener, uint64_t id) {
  struct seccomp_notif_resp answer = {.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

static void let_go_those_due(int listener) {
  int64_t time = now();
  for (int i = 0; i < held_count;) {
    if (held[i].due <= time) {
      let_go(listener, held[i].id);
      held[i] = held[--held_count];
    } else {
      i++;
    }
  }
}

static int patience(void) {
  int64_t first = INT64_MAX;
  for (int i = 0; i < held_count; i++) {
    if (held[i].due < first) first = held[i].due;
  }
  if (first == INT64_MAX) return -1;
  int64_t left = first - now();
  return left <= 0 ? 0 : (int)(left / 1000) + 1;
}

static void supervise(int listener, int commands) {
  int64_t every = 0, stalled_until = 0;
  char line[64];
  for (;;) {
    struct pollfd watched[] = {{listener, POLLIN, 0}, {commands, POLLIN, 0}};
    if (poll(watched, 2, patience()) < 0 && errno != EINTR) exit(1);
    let_go_those_due(listener);
    if (watched[1].revents & POLLIN) {
      ssize_t length = read(commands, line, sizeof line - 1);
      line[length > 0 ? length : 0] = 0;
      long value = strchr(line, ' ') ? atol(strchr(line, ' ')) : 0;
      every = strncmp(line, "every", 5) == 0 ? value * 1000 : 0;
      stalled_until = strncmp(line, "stall", 5) == 0 ? now() + value * 1000 : 0;
    }
    if (watched[0].revents & POLLIN) {
      struct seccomp_notif call;
      memset(&call, 0, sizeof call);
      if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
      int64_t due = now() + every;
      if (stalled_until > due) due = stalled_until;
      if (due <= now() || held_count == MOST_HELD) {
        let_go(listener, call.id);
      } else {
        held[held_count].id = call.id;
        held[held_count++].due = due;
      }
    }
  }
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  mkfifo(arguments[1], 0600);
  int commands = open(arguments[1], O_RDWR);
  int listener = install();
  if (commands < 0 || listener < 0) {
    perror("slow-sync");
    return 1;
  }
  if (fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    supervise(listener, commands);
  }
  close(listener);
  close(commands);
  execvp(arguments[2], arguments + 2);
  perror(arguments[2]);
  return 1;
}
