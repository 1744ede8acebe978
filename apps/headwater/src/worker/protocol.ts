import type { AnalyzeRequest } from '@headwater/contracts/http/agent.ts';
import { AppError, type ErrorCode, messageOf } from '@headwater/core/errors.ts';
import type { Settings } from '../config/settings.ts';
import type { ClusterConfig } from './cluster-configs.ts';

/** Where the database is, as the store takes it. */
export type StoreAddress =
  | { readonly url: string }
  | { readonly socketDirectory: string; readonly user: string; readonly database: string };

/** What a worker thread is started with; plain data, copied to the thread. */
export interface WorkerData {
  readonly settings: Settings;
  readonly clusters: readonly ClusterConfig[];
  readonly database: StoreAddress;
  readonly version: string;
}

/** Questions the thread answers. */
export interface Questions {
  readonly analyze: { readonly request: AnalyzeRequest; readonly cluster: string };
  readonly metrics: Readonly<Record<string, never>>;
}

export type Question = keyof Questions;

export type ToWorker =
  | { [Name in Question]: { readonly type: Name; readonly id: number; readonly data: Questions[Name] } }[Question]
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'stop'; readonly graceMilliseconds: number };

/** An error as plain data: class instances do not cross threads. */
interface ToldError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type FromWorker =
  | { readonly type: 'started' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly error: ToldError };

/** Puts an error into a message. */
export function tellError(error: unknown): ToldError {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details };
  return { code: 'internal', message: messageOf(error), details: {} };
}

/** The error a message holds. */
export function toldError({ code, message, details }: ToldError): AppError {
  return new AppError(code, message, { details });
}
