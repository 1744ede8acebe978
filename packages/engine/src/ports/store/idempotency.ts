import type { Millis } from '@headwater/core/time.ts';

/** One request a caller may send again under the same key. */
export interface KeyedRequest {
  readonly actorId: string;
  readonly key: string;
  /** Of method, address and body. */
  readonly requestHash: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is known of a key: new and now ours, another request's, still being answered, or answered. */
export type KeyState =
  | { readonly state: 'taken' }
  | { readonly state: 'other-request' }
  | { readonly state: 'in-flight' }
  | { readonly state: 'answered'; readonly answer: KeptAnswer };

/** Answers kept under the caller's keys. */
export interface IdempotencyRepository {
  /** Takes the key when nobody has it, or when who took it gave no answer since before `abandoned`. */
  take(request: KeyedRequest, at: { readonly now: Millis; readonly abandoned: Millis }): Promise<KeyState>;
  answer(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  /** Gives the key back, so that the same request may be tried again. */
  release(request: KeyedRequest): Promise<void>;
  /** Forgets keys taken before a moment; returns how many. */
  forget(before: Millis): Promise<number>;
}
