/**
 * Named places between two steps. A fault test injects one that kills its own process there with SIGKILL, to show
 * that nothing is lost and nothing happens twice wherever a process dies.
 */
export interface CrashPoints {
  reach(name: string): void;
}

/** What every build runs with: passes. */
export const noCrashPoints: CrashPoints = { reach: () => undefined };
