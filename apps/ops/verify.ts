import { type Verification, verifyLog } from '#notary';
import { OperatorError } from '#platform';
import { Progress } from './progress.js';
import { say, type Verb } from './verb.js';
import { believedKeys, collect, fileText, withNotary } from './with-notary.js';

interface Options {
  readonly databaseUrl?: string;
  readonly checkpoint: readonly string[];
  readonly publicKey: readonly string[];
  readonly logAlone?: true;
  readonly json?: true;
}

/** More lines than this nobody reads. */
const mostNamed = 100;

export const verb: Verb = {
  register: (program) => {
    program
      .command('verify')
      .description(
        'Show that the log is as it was signed, or name what was changed, removed, inserted, reordered.',
      )
      .option('--database-url <url>', 'a copy of the database, instead of the one of the configuration')
      .option(
        '--checkpoint <file>',
        'a signed checkpoint that was kept outside; may be repeated',
        collect,
        [],
      )
      .option(
        '--public-key <key>',
        'whose signature counts, or a file of such keys; may be repeated',
        collect,
        [],
      )
      .option('--log-alone', 'leave the notary’s tables aside: only the given checkpoints count')
      .option('--json', 'the result as JSON')
      .action(verify);
  },
};

const verify = async (options: Options): Promise<void> => {
  const keys = await believedKeys(options.publicKey);
  const trusted = await Promise.all(options.checkpoint.map((file) => fileText(file, '--checkpoint')));
  if (options.logAlone && trusted.length === 0)
    throw new OperatorError('Without the notary’s tables a checkpoint must be given: --checkpoint <file>.');
  const result = await withNotary(async ({ log, tables }) => {
    const progress = new Progress('Verifying the log', options.logAlone ? undefined : await tables.size());
    const verification = await verifyLog({
      log,
      tables: options.logAlone ? undefined : tables,
      keys,
      trusted,
      onProgress: (done) => progress.at(done),
    });
    progress.end();
    return verification;
  }, options.databaseUrl);
  if (options.json) say(JSON.stringify(printable(result)));
  else for (const line of told(result)) say(line);
  if (!result.holds)
    throw new OperatorError('The log is not as it was signed, or nobody has signed it: see above.');
};

export const told = (result: Verification): readonly string[] => {
  const { head, leaves, differences, checkpoints, rewritten, unsigned } = result;
  const fitting = checkpoints.filter(({ head: of, log, leaves: fit }) => of && log && fit !== false).length;
  const lines = [`${head.size} events in the log, tree head ${head.root.toString('base64')}.`];
  for (const { kind, stream, revision, id, position, index } of differences.slice(0, mostNamed))
    lines.push(
      `${kind.padEnd(9)}  ${stream} revision ${revision}  event ${id}  position ${position}` +
        (index === undefined ? '' : `  (event ${index + 1} of the notary)`),
    );
  if (differences.length > mostNamed) lines.push(`... and ${differences.length - mostNamed} more.`);
  const strangers = checkpoints.filter(({ head: of }) => of === undefined).length;
  if (strangers > 0)
    lines.push(
      `${strangers} checkpoints are signed by nobody whose key was given: they were forged, or a key is missing.`,
    );
  for (const { source, head: of, log } of checkpoints)
    if (of && !log && source === 'given')
      lines.push(
        of.size > head.size
          ? `The given checkpoint covers ${of.size} events: ${of.size - head.size} at the end are missing.`
          : `The given checkpoint of ${of.size} events is not of this log.`,
      );
  if (rewritten)
    lines.push(
      `The notary’s tables do not fit what was signed: events ${rewritten.from + 1} to ${rewritten.to} were rewritten in log and tables, ` +
        (rewritten.first
          ? `beginning not before ${rewritten.first.stream} revision ${rewritten.first.revision}, event ${rewritten.first.id}.`
          : 'or cut off.'),
    );
  if (checkpoints.length === 0 && head.size > 0)
    lines.push('No checkpoint is signed: nobody stands for this log.');
  lines.push(`${fitting} of ${checkpoints.length} signed checkpoints fit.`);
  for (const { stream, revision, id, position } of result.outOfLine.slice(0, mostNamed))
    lines.push(
      `inserted   ${stream} revision ${revision}  event ${id}  position ${position}  (does not follow)`,
    );
  if (leaves > 0 && unsigned > 0) {
    lines.push(`${unsigned} events at the end are not covered by a signature:`);
    for (const { stream, revision, id } of result.firstUnsigned)
      lines.push(`unsigned   ${stream} revision ${revision}  event ${id}`);
  }
  if (result.holds)
    lines.push(
      unsigned === 0
        ? 'The log is as it was signed.'
        : `The first ${head.size - unsigned} events are as they were signed; nothing is said of the others.`,
    );
  return lines;
};

const printable = (result: Verification): object => ({
  holds: result.holds,
  size: result.head.size,
  root: result.head.root.toString('base64'),
  differences: result.differences,
  unsigned: result.unsigned,
  outOfLine: result.outOfLine,
  rewritten: result.rewritten ?? null,
  checkpoints: result.checkpoints.map(({ source, head, log, leaves }) => ({
    source,
    size: head?.size ?? null,
    signed: head !== undefined,
    log,
    leaves: leaves ?? null,
  })),
});
