import type { RecordedEvent } from '#kernel';
import type { Span, Tracer } from '#platform';
import type { CommandSender, Consumer } from '#subscriptions';

/**
 * An event that is handled later than this after it was recorded makes no span, in milliseconds: a rebuild would send
 * the whole log once more, under traces that nobody looks at any longer.
 */
const longestTraceMs = 600_000;

/**
 * Traces what a consumer does with each event, as a part of the trace that the event carries. What a process appends
 * keeps the trace of its cause as it is, so that a second run after a crash writes the same bytes.
 */
export const tracedConsumer =
  (tracer: Tracer, now: () => Date) =>
  (consumer: Consumer): Consumer => {
    const verb = consumer.kind === 'rows' ? 'apply' : consumer.name === 'dispatcher' ? 'send' : 'take in';
    const name = `${verb} ${consumer.name}`;
    const begin = (event: RecordedEvent): Span | undefined => {
      const { traceparent } = event.metadata;
      if (traceparent === undefined) return undefined;
      if (now().getTime() - Date.parse(event.recordedAt) > longestTraceMs) return undefined;
      return tracer.start(name, 'consumer', traceparent, {
        'relocation.subscription': consumer.name,
        'relocation.event_type': event.type,
      });
    };
    const traced = async (event: RecordedEvent, work: () => Promise<void>): Promise<void> => {
      const span = begin(event);
      let failed = true;
      try {
        await work();
        failed = false;
      } finally {
        span?.end({}, failed);
      }
    };
    // The notary takes the whole log in, a page at a time: a span for each event would say nothing.
    if (consumer.kind === 'log') return consumer;
    return consumer.kind === 'rows'
      ? {
          ...consumer,
          apply: (event, transaction) => traced(event, () => consumer.apply(event, transaction)),
        }
      : {
          ...consumer,
          act: (event, sequence, confirm) => traced(event, () => consumer.act(event, sequence, confirm)),
        };
  };

/** The same sender, with a span for each command; what the command appends carries it. */
export const tracedSender = (sender: CommandSender, tracer: Tracer): CommandSender => ({
  async send(command, context) {
    const span = tracer.start(`command ${command.type}`, 'internal', context.traceparent, {
      'relocation.command': command.type,
    });
    let outcome: string | undefined;
    try {
      const result = await sender.send(command, { ...context, traceparent: span.traceparent });
      outcome = result.outcome === 'accepted' ? 'accepted' : result.code;
      return result;
    } finally {
      span.end(outcome === undefined ? {} : { 'relocation.outcome': outcome }, outcome === undefined);
    }
  },
});
