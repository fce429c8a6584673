/** Ctrl-C and termination: the first asks the work to stop, the second ends it at once. */
import { EXIT, type ExitCode } from './exit-codes.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** Undefined as long as nobody has interrupted. */
  readonly exitCode: ExitCode | undefined;
  /** Gives the signals back their usual meaning. */
  stopListening(): void;
}

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | undefined;
  const interrupt = (code: ExitCode) => () => {
    exitCode = code;
    stopListening();
    controller.abort();
  };
  const onInterrupt = interrupt(EXIT.interrupted);
  const onTerminate = interrupt(EXIT.terminated);
  const stopListening = () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stopListening,
  };
}
