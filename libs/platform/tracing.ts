import type { SpanExporter } from '@opentelemetry/sdk-trace';

/**
 * The only attributes that a span may carry: patterns, types and codes from closed lists. What is not here is dropped at
 * run time, too, as in the logger.
 */
export const spanAttributes = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'relocation.command',
  'relocation.event_type',
  'relocation.subscription',
  'relocation.outcome',
] as const;
export type SpanAttributes = Readonly<Partial<Record<(typeof spanAttributes)[number], string | number>>>;

export interface Span {
  /** W3C Trace Context of this span: what is done for it goes on from here. */
  readonly traceparent: string;
  /** @param failed true when it went wrong, which a "no" of a rule is not */
  end(attributes?: SpanAttributes, failed?: boolean): void;
}

export type SpanKind = 'server' | 'internal' | 'consumer';

export interface Tracer {
  /**
   * @param name put together from words of the code, route patterns and types, never from what somebody sent
   * @param parent W3C traceparent; without one, or with one that is not well formed, a new trace begins
   */
  start(name: string, kind: SpanKind, parent: string | undefined, attributes: SpanAttributes): Span;
}

export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what is still in memory, for a few seconds at most. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** OTLP over HTTP; `/v1/traces` is added. Without it nothing is traced and nothing is loaded. */
  readonly endpoint: string | undefined;
  /** Which program this is: api or worker. */
  readonly component: string;
  /** Told when a batch of spans could not be sent; they are lost then. */
  readonly onTrouble?: () => void;
  /** Instead of OTLP, for tests. */
  readonly exporter?: SpanExporter;
}

const closeMs = 3_000;
const traceparentShape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Undefined when tracing is off: then no part of the system is wrapped, and it costs nothing. */
export const startTracing = async (options: TracingOptions): Promise<Tracing | undefined> => {
  if (options.endpoint === undefined && !options.exporter) return undefined;
  // Loaded only when it is wanted: start and memory of a system without traces stay as they are.
  const [
    { ROOT_CONTEXT, SpanKind: kinds, SpanStatusCode, trace },
    { BatchSpanProcessor, TracerProvider },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = options.exporter ?? (await otlp(options.endpoint ?? ''));
  const told: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code !== 0) options.onTrouble?.();
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `relocation-coordination-${options.component}` }),
    spanProcessors: [new BatchSpanProcessor({ exporter: told, scheduledDelayMillis: 1_000 })],
  });
  const tracer = provider.getTracer('relocation-coordination');
  const kindOf = { server: kinds.SERVER, internal: kinds.INTERNAL, consumer: kinds.CONSUMER };

  return {
    tracer: {
      start: (name, kind, parent, attributes) => {
        const [, traceId, spanId, flags] = traceparentShape.exec(parent ?? '') ?? [];
        const context =
          traceId && spanId && flags
            ? trace.setSpanContext(ROOT_CONTEXT, {
                traceId,
                spanId,
                traceFlags: Number.parseInt(flags, 16) & 1,
                isRemote: true,
              })
            : ROOT_CONTEXT;
        const span = tracer.startSpan(
          name,
          { kind: kindOf[kind], attributes: onlyKnown(attributes) },
          context,
        );
        const own = span.spanContext();
        return {
          traceparent: `00-${own.traceId}-${own.spanId}-${own.traceFlags & 1 ? '01' : '00'}`,
          end: (more = {}, failed = false) => {
            span.setAttributes(onlyKnown(more));
            // A code, never a message: that may quote what somebody sent.
            if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
            span.end();
          },
        };
      },
    },
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeMs)));
      await Promise.race([provider.shutdown().catch(() => undefined), limit]);
      clearTimeout(timer);
    },
  };
};

const otlp = async (endpoint: string): Promise<SpanExporter> => {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: 5_000 });
};

const known: ReadonlySet<string> = new Set(spanAttributes);

const onlyKnown = (attributes: SpanAttributes): Record<string, string | number> => {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(attributes))
    if (known.has(name) && (typeof value === 'string' || typeof value === 'number')) kept[name] = value;
  return kept;
};
