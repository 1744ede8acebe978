import type { BindingInput } from '@headwater/contracts/http/auth.ts';
import type { Page } from '@headwater/contracts/http/common.ts';
import type { ApiToken, CreatedToken, CreateTokenBody } from '@headwater/contracts/http/tokens.ts';
import type { CreateUserBody, EditUserBody, User, UserWithPassword } from '@headwater/contracts/http/users.ts';
import { request } from './http.ts';

const USERS = '/api/v1/users';
const TOKENS = '/api/v1/tokens';
const MANY = 200;

interface Assignable {
  readonly id: string;
  readonly login: string;
  readonly displayName: string;
}

/** Who an incident may be assigned to. */
export async function listPeople(signal?: AbortSignal): Promise<readonly Assignable[]> {
  return (await request<Page<Assignable>>('/api/v1/people', { query: { limit: MANY }, signal })).items;
}

export function listUsers(signal?: AbortSignal): Promise<Page<User>> {
  return request(USERS, { query: { limit: MANY }, signal });
}

export function createUser(body: CreateUserBody): Promise<UserWithPassword> {
  return request(USERS, { method: 'POST', body });
}

export function editUser(id: string, body: EditUserBody): Promise<User> {
  return request(`${USERS}/${encodeURIComponent(id)}`, { method: 'PATCH', body });
}

export function resetPassword(id: string): Promise<UserWithPassword> {
  return request(`${USERS}/${encodeURIComponent(id)}/reset-password`, { method: 'POST', body: {} });
}

export function bindRole(id: string, body: BindingInput): Promise<unknown> {
  return request(`${USERS}/${encodeURIComponent(id)}/bindings`, { method: 'POST', body });
}

export function unbindRole(id: string, bindingId: string): Promise<void> {
  return request(`${USERS}/${encodeURIComponent(id)}/bindings/${encodeURIComponent(bindingId)}`, { method: 'DELETE' });
}

export function listTokens(signal?: AbortSignal): Promise<Page<ApiToken>> {
  return request(TOKENS, { query: { limit: MANY }, signal });
}

export function createToken(body: CreateTokenBody): Promise<CreatedToken> {
  return request(TOKENS, { method: 'POST', body });
}

export function revokeToken(id: string): Promise<void> {
  return request(`${TOKENS}/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
