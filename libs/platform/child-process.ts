/** What a supervised program tells its parent, over the channel that node opens between them. */
const readyMessage = 'ready';

/** Says to the supervisor, if there is one, that this program now does its work. */
export const tellReady = (): void => {
  process.send?.(readyMessage);
};

export const isReadyMessage = (message: unknown): boolean => message === readyMessage;

export type StopReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'parent gone';

/**
 * Settles when this program should stop: a signal, or its supervisor has died, even by SIGKILL (the channel between
 * them closes). Call it once, early: from then on a signal no longer ends the process by itself.
 */
export const untilToldToStop = (): Promise<StopReason> =>
  new Promise((done) => {
    process.on('SIGINT', () => done('SIGINT'));
    process.on('SIGTERM', () => done('SIGTERM'));
    // The terminal was closed.
    process.on('SIGHUP', () => done('SIGHUP'));
    if (process.channel) {
      process.once('disconnect', () => done('parent gone'));
      // Listening to the parent is no reason to stay when the work is done.
      process.channel.unref();
      // It may have died before anybody listened.
      if (!process.connected) done('parent gone');
    }
  });
