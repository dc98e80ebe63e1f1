import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from '@jest/globals';
import { type SpanAttributes, startTracing } from './tracing.js';

const parent = '00-5bd66ef5095369c7b0d1f8f4bd33716a-b7ad6b7169203331-01';

/** The exporter forgets when it is shut down: what was sent is kept here. */
class KeepingExporter extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const traced = async (
  from: string | undefined,
  attributes: SpanAttributes,
): Promise<{ exporter: InMemorySpanExporter; traceparent: string }> => {
  const exporter = new KeepingExporter();
  const tracing = (await startTracing({ endpoint: undefined, component: 'test', exporter }))!;
  const span = tracing.tracer.start('a step', 'internal', from, attributes);
  span.end({ 'relocation.outcome': 'accepted' });
  await tracing.close();
  return { exporter, traceparent: span.traceparent };
};

describe('Tracing', () => {
  it('is nothing at all when no collector is named', async () => {
    expect(await startTracing({ endpoint: undefined, component: 'test' })).toBeUndefined();
  });

  it('goes on with the trace that it is given, under a span of its own', async () => {
    const { exporter, traceparent } = await traced(parent, { 'relocation.command': 'OpenCase' });
    const [span] = exporter.getFinishedSpans();
    expect(span!.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331' });
    expect(traceparent).toBe(`00-5bd66ef5095369c7b0d1f8f4bd33716a-${span!.spanContext().spanId}-01`);
    expect(span!.attributes).toEqual({ 'relocation.command': 'OpenCase', 'relocation.outcome': 'accepted' });
  });

  it.each([undefined, 'Kim Påhittad', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
    'begins a new trace where none can be gone on with (%s)',
    async (from) => {
      const { exporter, traceparent } = await traced(from, {});
      expect(exporter.getFinishedSpans()[0]!.parentSpanContext).toBeUndefined();
      expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );

  it('sends nothing where the caller says that it is not to be sampled', async () => {
    const { exporter, traceparent } = await traced(parent.replace(/01$/, '00'), {});
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(traceparent).toMatch(/-00$/);
  });

  it('drops an attribute that is not on the list, whatever the types say', async () => {
    const spread = { name: 'Kim Påhittad', 'relocation.command': ['OpenCase'] } as unknown as SpanAttributes;
    const { exporter } = await traced(parent, spread);
    expect(exporter.getFinishedSpans()[0]!.attributes).toEqual({ 'relocation.outcome': 'accepted' });
  });

  it('says that a batch could not be sent, and the program goes on', async () => {
    class Unreachable extends KeepingExporter {
      override export(_spans: unknown, done: (result: { code: number }) => void): void {
        done({ code: 1 });
      }
    }
    let troubles = 0;
    const tracing = (await startTracing({
      endpoint: undefined,
      component: 'test',
      exporter: new Unreachable(),
      onTrouble: () => (troubles += 1),
    }))!;
    tracing.tracer.start('a step', 'internal', undefined, {}).end();
    await tracing.close();
    expect(troubles).toBe(1);
  });
});
