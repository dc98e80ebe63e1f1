import { codec } from '#application';
import { openLog } from '#event-store';
import { OperatorError } from '#platform';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('stream')
      .description(
        'Print the events of one stream as they stand in the log: coded facts, tokens, ciphertext.',
      )
      .argument('<name>', 'for example coordination-national')
      .option('--json', 'one JSON object per line')
      .action((name: string, { json }: { json?: boolean }) =>
        withDatabase(async (databaseUrl, { eventStore }) => {
          const store = await openLog({ databaseUrl, eventStore, codec, name: 'ops' });
          try {
            const stream = await store.readStream(name);
            if (!stream) throw new OperatorError('There is no such stream.');
            for (const event of stream.events)
              if (json) say(JSON.stringify(event));
              else
                say(
                  [
                    `${event.revision}  ${event.type}  ${event.metadata.occurredAt}  by ${event.metadata.agencyKind}`,
                    ...Object.entries(event.data).map(([field, value]) => `     ${field}: ${shortly(value)}`),
                  ].join('\n'),
                );
          } finally {
            await store.close();
          }
        }),
      );
  },
};

/** An envelope is a wall of text that tells nothing: only what it is. */
const shortly = (value: unknown): string => {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && 'sealed' in inner
      ? `[sealed ${String((inner as { class?: unknown }).class)}]`
      : inner,
  );
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
};
