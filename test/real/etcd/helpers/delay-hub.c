/*
 * A switch in which every frame spends the same time: what `tc netem delay` does, for kernels
 * that lack it. It makes a tap for each name, says "ready", and carries frames until its parent ends.
 *
 *   delay-hub MILLISECONDS tap...
 *
 * The taps may be moved into namespaces. A frame goes to the tap whose place (from 1) is the last
 * byte of the address, or to all. Left out: jitter, loss, a limited rate.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define MOST_TAPS 8
#define MOST_FRAMES 8192
#define FRAME 2048

static struct {
  int64_t due;
  int from, length;
  unsigned char bytes[FRAME];
} queue[MOST_FRAMES];
static long head, tail;
static int taps[MOST_TAPS], tap_count;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int open_tap(const char *name) {
  struct ifreq request;
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &request) < 0) {
    perror(name);
    exit(1);
  }
  return tap;
}

static void deliver(void) {
  while (head < tail && queue[head % MOST_FRAMES].due <= now()) {
    unsigned char *bytes = queue[head % MOST_FRAMES].bytes;
    for (int i = 0; i < tap_count; i++) {
      int meant = (bytes[0] & 1) != 0 || bytes[5] == i + 1;
      if (meant && i != queue[head % MOST_FRAMES].from) {
        if (write(taps[i], bytes, queue[head % MOST_FRAMES].length) < 0) errno = 0;
      }
    }
    head++;
  }
}

static void take(int from, int64_t delay) {
  while (tail - head < MOST_FRAMES) {
    int length = read(taps[from], queue[tail % MOST_FRAMES].bytes, FRAME);
    if (length <= 0) return;
    queue[tail % MOST_FRAMES].from = from;
    queue[tail % MOST_FRAMES].length = length;
    queue[tail % MOST_FRAMES].due = now() + delay;
    tail++;
  }
}

int main(int count, char **arguments) {
  struct pollfd watched[MOST_TAPS];
  if (count < 3 || count - 2 > MOST_TAPS) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int64_t delay = (int64_t)(atof(arguments[1]) * 1000);
  for (int i = 2; i < count; i++) taps[tap_count++] = open_tap(arguments[i]);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    struct timespec wait = {0, 0};
    int64_t left = head < tail ? queue[head % MOST_FRAMES].due - now() : 1000000;
    if (left > 0) wait = (struct timespec){left / 1000000, left % 1000000 * 1000};
    for (int i = 0; i < tap_count; i++) watched[i] = (struct pollfd){taps[i], POLLIN, 0};
    ppoll(watched, tap_count, &wait, NULL);
    for (int i = 0; i < tap_count; i++) {
      if (watched[i].revents & POLLIN) take(i, delay);
    }
    deliver();
  }
}
