import { appendFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTracing } from '#platform';

const file = 'traces.jsonl';

export type Spans = Awaited<ReturnType<typeof startSpans>>;

/** What is traced goes into a file, as it would go to whoever collects it; a search looks through it afterwards. */
const startSpans = async (component: string) => {
  const folder = await mkdtemp(join(tmpdir(), `relocation-traces-${component}-`));
  const tracing = await startTracing({
    endpoint: undefined,
    component,
    exporter: {
      export(spans, done) {
        for (const { name, attributes, status, links, events, resource } of spans)
          appendFileSync(
            join(folder, file),
            `${JSON.stringify({ name, attributes, status, links, events, resource: resource.attributes })}\n`,
          );
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    },
  });
  return {
    tracer: tracing?.tracer,
    /** Stands in every span: what finds it has looked through them. */
    program: `relocation-coordination-${component}`,
    /** Ends the tracing, and lays the file into the folder `traces` below another. */
    async layInto(below: string): Promise<void> {
      await tracing?.close();
      await mkdir(join(below, 'traces'));
      await copyFile(join(folder, file), join(below, 'traces', file));
    },
    /** Also where nothing was laid anywhere. */
    async remove(): Promise<void> {
      await tracing?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** What is started and traced. Where it does not start, nothing stays of the traces, either. */
export const startTraced = async <System>(
  component: string,
  start: (tracer: Spans['tracer']) => Promise<System>,
): Promise<{ readonly system: System; readonly spans: Spans }> => {
  const spans = await startSpans(component);
  try {
    return { system: await start(spans.tracer), spans };
  } catch (error) {
    await spans.remove();
    throw error;
  }
};
