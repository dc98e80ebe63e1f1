import { checkProof, consistencyProof, inclusionProof, NoProof, type ProofDocument } from '#notary';
import { OperatorError } from '#platform';
import { say, type Verb } from './verb.js';
import { believedKeys, collect, fileText, withNotary } from './with-notary.js';

export const verb: Verb = {
  register: (program) => {
    const proof = program
      .command('proof')
      .description(
        'Proofs about the log that anyone can check with the public key: inclusion, consistency, check.',
      );
    proof
      .command('inclusion')
      .description('Print a document that proves that this event stands in the signed log.')
      .argument('<event>', 'id of the event, as "stream --json" prints it')
      .option('--hash-only', 'leave the event itself out, for one who has it')
      .action((event: string, { hashOnly }: { hashOnly?: true }) => {
        if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(event))
          throw new OperatorError('The id of an event is a UUID in small letters.');
        return print(() =>
          withNotary(({ tables, log }) => inclusionProof(tables, log, event, { withEvent: !hashOnly })),
        );
      });
    proof
      .command('consistency')
      .description('Print a document that proves that the larger log begins with the smaller one.')
      .argument('<earlier>', 'number of events')
      .argument('<later>', 'number of events')
      .action((earlier: string, later: string) =>
        print(() => withNotary(({ tables }) => consistencyProof(tables, sizeOf(earlier), sizeOf(later)))),
      );
    proof
      .command('check')
      .description('Check such a document, without any database.')
      .argument('<file>', 'what inclusion or consistency printed')
      .option(
        '--public-key <key>',
        'whose signature counts, or a file of such keys; may be repeated',
        collect,
        [],
      )
      .option(
        '--checkpoint <file>',
        'a signed checkpoint that was kept outside; may be repeated',
        collect,
        [],
      )
      .action((file: string, options: { publicKey: readonly string[]; checkpoint: readonly string[] }) =>
        refusals(async () => {
          const keys = await believedKeys(options.publicKey);
          const given = await Promise.all(options.checkpoint.map((one) => fileText(one, '--checkpoint')));
          say(checkProof(parsed(await fileText(file, 'proof check')), keys, given));
        }),
      );
  },
};

const print = (prove: () => Promise<ProofDocument>): Promise<void> =>
  refusals(async () => say(JSON.stringify(await prove(), null, 2)));

const refusals = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof NoProof) throw new OperatorError(`No proof: ${error.message}.`, { cause: error });
    throw error;
  }
};

const sizeOf = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new OperatorError('A size is a number of events.');
  return Number(text);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
