/** Where traces go: the OpenTelemetry variables, the narrower one first; undefined when none is set. */
export function traceEndpoint(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || (base ? `${base.replace(/\/+$/, '')}/v1/traces` : undefined);
}

/** Loads the SDK and sends spans when an endpoint is configured; returns how to flush and end that. */
export async function startTracing(
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<() => Promise<void>> {
  const url = traceEndpoint(env);
  if (url === undefined || env['OTEL_SDK_DISABLED'] === 'true') return () => Promise.resolve();
  // Loaded only here: most installations never pay for it.
  const { exportTraces } = await import('./export-traces.ts');
  return exportTraces({ url, name: env['OTEL_SERVICE_NAME'] || 'headwater', version });
}
