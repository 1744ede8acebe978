import type { WebSocket } from '@fastify/websocket';
import type { Actor } from '@headwater/core/access/actor.ts';
import type { Permission } from '@headwater/core/access/permissions.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Services } from './services.ts';

/** Who may call a route: nobody is asked, anyone signed in, holders of a permission somewhere, or senders of alerts. */
export type Access = 'public' | 'signed-in' | 'intake' | Permission;

/** A response that is not JSON of a schema: a page, a stream, an exposition. */
export interface RawResponse {
  readonly contentType: string;
  readonly description: string;
}

type Responses = Readonly<Record<number, z.ZodType | RawResponse>>;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Sent<R> = { [K in keyof R]: R[K] extends z.ZodType ? z.input<R[K]> : unknown }[keyof R];

/** What a handler gets: the caller's verb context and every input parsed. */
export interface RouteInput<P, Q, H, B> {
  readonly ctx: VerbContext;
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly headers: Parsed<H>;
  readonly body: Parsed<B>;
  readonly services: Services;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What the server of a WebSocket gets. */
export interface SocketInput {
  readonly socket: WebSocket;
  /** Who the handshake says is calling; null when it says nothing. */
  readonly actor: Actor | null;
  /** Parsed by the route's query schema. */
  readonly query: unknown;
  readonly services: Services;
}

interface RouteShape {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify's pattern: `/api/v1/incidents/:id`. */
  readonly url: string;
  /** Unique over all routes; clients are generated from it. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly access: Access;
  /** Bytes; the server's limit when absent. */
  readonly bodyLimit?: number;
  /** True for a body that may be missing altogether. */
  readonly bodyOptional?: boolean;
  /** True for a stream: a one-time ticket in the query may say who is calling. */
  readonly ticket?: boolean;
  /** Serves the connection after a WebSocket handshake on this address. */
  readonly socket?: (input: SocketInput) => void;
  /** True: sent again with the same `Idempotency-Key` it is answered as the first time. */
  readonly idempotent?: boolean;
  /** True for what machines ask all day: only failures are logged. */
  readonly quiet?: boolean;
  /** True keeps the route out of the OpenAPI document: an alias of another one. */
  readonly hidden?: boolean;
}

interface Definition<P, Q, H, B, R extends Responses> extends RouteShape {
  readonly params?: P;
  readonly query?: Q;
  readonly headers?: H;
  readonly body?: B;
  /** Only what the handler itself sends (2xx, 3xx); problems are documented for every route by themselves. */
  readonly responses: R;
  /** Returns the body of the lowest status in `responses`; another one by `reply.code(status)` before returning. */
  handle(input: RouteInput<P, Q, H, B>): Promise<Sent<R>> | Sent<R>;
}

/** A route of any input, as the server registers it and the API document describes it. */
export interface Route extends RouteShape {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly body?: z.ZodType;
  readonly responses: Responses;
  handle(input: RouteInput<z.ZodType, z.ZodType, z.ZodType, z.ZodType>): unknown;
}

/** One route: its schemas type the handler, guard the input, shape the output and write the API document. */
export function defineRoute<
  R extends Responses,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  H extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: Definition<P, Q, H, B, R>): Route {
  // The server parses with these very schemas before it calls handle, so the narrower input type holds.
  return definition as unknown as Route;
}

/** A response whose body is not JSON of ours, such as text or a stream. */
export function rawResponse(contentType: string, description: string): RawResponse {
  return { contentType, description };
}

/** Whether a response is described by a schema. */
export function isSchema(response: z.ZodType | RawResponse): response is z.ZodType {
  return 'safeParse' in response;
}
