export { checkpointTableSql, type CheckpointPlace, EpochMismatch } from './checkpoint.js';
export type { LogConsumer } from './consumer.js';
export {
  Crashed,
  parkingCrashPoints,
  subscriptionCrashPoints,
  type SubscriptionCrashPoint,
} from './crash-points.js';
export {
  type CommandSender,
  type SendResult,
  skippedByOperator,
  type SystemCommandContext,
} from './dispatcher.js';
export type { Consumer } from './consumer.js';
export type { Overdue } from './deadlines.js';
export { followsLog } from './follows-log.js';
export { LeaseLost } from './lease.js';
export {
  isSkipReason,
  NotParked,
  type ParkedDecision,
  parkedDecisionsStream,
  parkedDecisionTypes,
  type ParkedSequence,
  ParkedSequences,
  type SkipReason,
  skipReasons,
  ticketPattern,
} from './operations.js';
export { type FactsOf, type ProcessRegistration, registerProcess, withoutSealed } from './process-runner.js';
export {
  asProcessEvent,
  foldProcess,
  isProcessStream,
  type LoadedProcess,
  loadProcess,
  processStream,
} from './process-stream.js';
export {
  AlreadyRebuilding,
  rebuild,
  type RebuildOptions,
  type RebuildProgress,
  RebuildStopped,
  type Rebuilt,
} from './rebuild.js';
export {
  digestLive,
  replay,
  type Replay,
  type Replayed,
  type ReplayEnd,
  type ReplayOptions,
} from './replay.js';
export { digestRows, type RowsDigest } from './rows-digest.js';
export {
  defaultRunnersSettings,
  NotSettled,
  type RunnerRole,
  runnerRoles,
  Runners,
  type RunnersOptions,
  type RunnersSettings,
  type RunnerStatus,
} from './runners.js';
export { waitForPosition } from './wait-for-position.js';
