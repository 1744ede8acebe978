import type { IncomingHttpHeaders } from 'node:http';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import type { ReplayTime } from './time.ts';

/** One request as a route group sees it. */
export interface ReplayRequest {
  readonly method: string;
  /** The path below the group's prefix, with a leading slash, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body as text; throws AppError `limit` above 4 MiB. Can be called more than once. */
  text(): Promise<string>;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** An answer; an iterable body is streamed chunk by chunk and stopped when the client goes away. */
export interface ReplayResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
}

/** The part of the replay server that speaks one system's API. */
export interface RouteGroup {
  /** `/prometheus`, `/loki`, `/tempo`; empty for the Kubernetes API, which is asked last. */
  readonly prefix: string;
  /** Null when the path is not one of this group's: the server answers 404. */
  handle(request: ReplayRequest): Promise<ReplayResponse | null> | ReplayResponse | null;
  /** Called once when the server stops. */
  close?(): void;
}

/** Builds a group from a recording; called once at the start, so it may read and index what it needs. */
export type RouteGroupFactory = (source: RecordingSource, time: ReplayTime) => Promise<RouteGroup>;

/** A JSON answer. */
export function jsonResponse(status: number, value: unknown): ReplayResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
