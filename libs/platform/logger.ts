import { pino, type DestinationStream } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The only fields that a log line may carry: ids, codes, numbers. What is not here is dropped at run time, too, so that
 * a name, an address or a value that somebody sent cannot slip in with a spread object.
 */
export const logFields = [
  'component',
  'role',
  'pid',
  'port',
  'signal',
  'migration',
  'requestId',
  'traceparent',
  'method',
  'route',
  'status',
  'code',
  'command',
  'commandId',
  'eventType',
  'eventId',
  'stream',
  'revision',
  'position',
  'subscription',
  'projection',
  'process',
  'sequence',
  'deadline',
  'attempt',
  'count',
  'fence',
  'durationMs',
  'delayMs',
  'lagMs',
  'ms',
  'error',
  'at',
] as const;
export type LogField = (typeof logFields)[number];
export type LogFields = Readonly<Partial<Record<LogField, string | number | boolean | readonly string[]>>>;

export interface Logger {
  /** @param what a fixed text in the code, never put together from values */
  info(what: string, fields?: LogFields): void;
  debug(what: string, fields?: LogFields): void;
  warn(what: string, fields?: LogFields, error?: unknown): void;
  error(what: string, fields?: LogFields, error?: unknown): void;
  /** A logger that adds these fields to each line. */
  with(fields: LogFields): Logger;
}

const known: ReadonlySet<string> = new Set(logFields);

/** Undefined for what is no plain value or list of texts. */
const shortened = (value: unknown): unknown => {
  if (typeof value === 'string') return value.slice(0, 300);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.slice(0, 20).map((item) => item.slice(0, 300));
  return undefined;
};

const onlyKnown = (fields: LogFields | undefined): Record<string, unknown> => {
  const kept: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (value === undefined) continue;
    const short = shortened(value);
    if (known.has(name) && short !== undefined) kept[name] = short;
    else dropped.push(name);
  }
  return dropped.length === 0 ? kept : { ...kept, dropped };
};

/**
 * What may be told of an error: its class, its code (SQLSTATE, ECONNREFUSED, relocation.not-found) and where it
 * happened. Its message is left out, because a driver or a parser may have put the offending value in it.
 */
export const describeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = (error as { code?: unknown }).code;
  const text = error.stack ?? '';
  // The stack begins with the message, which may span lines; the frames are the lines that begin with "at".
  const frames = text
    .split('\n')
    .filter((line) => /^\s+at .*(:\d+:\d+\)?|<anonymous>\)?|native\)?)$/.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    frames,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
};

/** One JSON object per line, times in UTC. Goes to standard output unless told otherwise. */
export const createLogger = (options: {
  readonly level: LogLevel;
  readonly component: string;
  readonly destination?: DestinationStream;
}): Logger => {
  const root = pino(
    {
      level: options.level,
      base: { component: options.component, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'what',
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  const over = (bound: LogFields): Logger => {
    const line = (fields?: LogFields, error?: unknown): Record<string, unknown> => ({
      ...onlyKnown({ ...bound, ...fields }),
      ...(error === undefined ? {} : { error: describeError(error) }),
    });
    return {
      info: (what, fields) => root.info(line(fields), what),
      debug: (what, fields) => root.debug(line(fields), what),
      warn: (what, fields, error) => root.warn(line(fields, error), what),
      error: (what, fields, error) => root.error(line(fields, error), what),
      with: (fields) => over({ ...bound, ...fields }),
    };
  };
  return over({});
};

/** For tests and tools that have nothing to say. */
export const silentLogger: Logger = {
  info: () => undefined,
  debug: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLogger,
};

/**
 * What the framework has to say goes the same way: its start-up texts are left out, its warnings and errors keep the
 * name of the part that speaks and nothing of the text, since it may quote a request.
 */
export const nestLogger = (
  logger: Logger,
): Record<
  'log' | 'debug' | 'verbose' | 'warn' | 'error' | 'fatal',
  (message: unknown, ...rest: unknown[]) => void
> => {
  const part = (rest: readonly unknown[]): LogFields => {
    const context = rest.at(-1);
    return typeof context === 'string' && /^[\w ]{1,60}$/.test(context) ? { role: context } : {};
  };
  const fault = (message: unknown): unknown => (message instanceof Error ? message : undefined);
  return {
    log: () => undefined,
    debug: () => undefined,
    verbose: () => undefined,
    warn: (message, ...rest) => logger.warn('the framework warns', part(rest), fault(message)),
    error: (message, ...rest) => logger.error('the framework met an error', part(rest), fault(message)),
    fatal: (message, ...rest) => logger.error('the framework met an error', part(rest), fault(message)),
  };
};

/** The same logger for code that gives the facts first, as pino does. */
export const factsFirst = (
  logger: Logger,
): Record<'info' | 'warn' | 'error', (facts: object, what: string) => void> => ({
  info: (facts, what) => logger.info(what, facts),
  warn: (facts, what) => logger.warn(what, facts),
  error: (facts, what) => logger.error(what, facts),
});
