import { PERMISSIONS } from '@headwater/core/access/permissions.ts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AuditEntry, AuditFilterQuery, AuditQuery } from './audit.ts';
import {
  AccessGrant,
  BindingInput,
  ChangePasswordBody,
  EditMeBody,
  Me,
  NewLogin,
  NewPassword,
  RegisterBody,
  SignInBody,
} from './auth.ts';
import { CreatedToken, CreateTokenBody } from './tokens.ts';
import { CreateUserBody, EditUserBody, User, UserQuery } from './users.ts';

const PASSWORD = 'a perfectly fine one';

function accepts(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

describe('signing in', () => {
  it.each([
    { login: 'kim', password: 'x' },
    { id: 'kim', password: 'x' },
    { id: 'kim', password: 'x', preferredLanguage: 'ko' },
    { login: "' or 1=1 --", password: 'x'.repeat(1024) },
  ])('tries whatever is given: %j', (body) => {
    expect(SignInBody.safeParse(body)).toMatchObject({ success: true, data: { password: body.password } });
  });

  it.each([
    {},
    { login: 'kim' },
    { login: '', password: 'x' },
    { login: 'kim', password: '' },
    { login: 'x'.repeat(257), password: 'x' },
    { login: 'kim', password: 'x'.repeat(1025) },
    { login: ['kim'], password: 'x' },
    { login: { $ne: 1 }, password: 'x' },
    null,
    'kim',
  ])('refuses %j', (body) => {
    expect(accepts(SignInBody, body)).toBe(false);
  });

  it('takes our own name of a field before that of kube-rca', () => {
    const body = { id: 'other', login: 'kim', password: 'x' };
    expect(SignInBody.parse(body)).toEqual({ login: 'kim', password: 'x' });
  });

  it('answers who one is', () => {
    const user = {
      kind: 'user',
      id: 'usr_1',
      login: 'kim',
      displayName: 'Kim',
      email: null,
      language: 'en',
      mustChangePassword: false,
      sessionId: 'ses_1',
      bindings: [{ role: 'viewer', cluster: '*', namespace: 'shop' }],
      permissions: ['incidents.read'],
    };
    expect(Me.parse({ ...user, passwordHash: 'x' })).toEqual(user);
    expect(accepts(AccessGrant, { accessToken: 'x', expiresIn: 900, mustChangePassword: false, user })).toBe(true);
    expect(accepts(Me, { ...user, permissions: [...PERMISSIONS] })).toBe(true);
    expect(accepts(Me, { ...user, permissions: ['everything'] })).toBe(false);
  });
});

describe('accounts', () => {
  it.each(['kim', 'kim.lee@example.com', 'K1m_-+'])('may be called %s', (login) => {
    expect(accepts(NewLogin, login)).toBe(true);
  });
  it.each(['', 'ab', 'kim lee', 'kim\nlee', '<kim>', 'kim/..', '-kim', '김철수'])('may not be called %j', (login) => {
    expect(accepts(NewLogin, login)).toBe(false);
  });

  it('have passwords of a bounded length', () => {
    expect([7, 8, 128, 129].map((length) => accepts(NewPassword, 'x'.repeat(length)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('are made with a login alone, and must change the password unless said otherwise', () => {
    expect(CreateUserBody.parse({ login: 'kim' })).toEqual({ login: 'kim', mustChangePassword: true, bindings: [] });
  });

  it.each([
    { login: 'kim', admin: true },
    { login: 'kim', passwordHash: 'x' },
    { login: 'kim', language: 'xx' },
    { login: 'kim', email: 'no address' },
    { login: 'kim', displayName: '   ' },
    { login: 'kim', bindings: Array.from({ length: 51 }, () => ({ role: 'viewer' })) },
    { login: 'kim', bindings: [{ role: 'viewer', clusters: ['prod'] }] },
  ])('are not made of %j', (body) => {
    expect(accepts(CreateUserBody, body)).toBe(false);
  });

  it('are edited field by field', () => {
    expect(EditUserBody.parse({ email: null })).toEqual({ email: null });
    expect(EditUserBody.parse({ displayName: ' Kim ' })).toEqual({ displayName: 'Kim' });
    for (const body of [{ login: 'other' }, { id: 'usr_2' }, { disabled: 'yes' }, { version: 2 }])
      expect(accepts(EditUserBody, body)).toBe(false);
  });

  it('edit themselves in name and language only, also as kube-rca says it', () => {
    expect(EditMeBody.parse({ preferredLanguage: 'ko' })).toEqual({ language: 'ko' });
    for (const body of [
      { email: 'a@example.com' },
      { bindings: [] },
      { disabled: false },
      { mustChangePassword: false },
    ])
      expect(accepts(EditMeBody, body)).toBe(false);
  });

  it('change a password by knowing the old one', () => {
    expect(accepts(ChangePasswordBody, { currentPassword: 'x', newPassword: PASSWORD })).toBe(true);
    expect(accepts(ChangePasswordBody, { newPassword: PASSWORD })).toBe(false);
    expect(accepts(ChangePasswordBody, { currentPassword: 'x', newPassword: 'short' })).toBe(false);
  });

  it('register themselves with what a new account needs', () => {
    expect(RegisterBody.parse({ id: 'kim', password: PASSWORD, preferredLanguage: 'ko' })).toEqual({
      login: 'kim',
      password: PASSWORD,
      language: 'ko',
    });
    expect(accepts(RegisterBody, { id: 'a', password: PASSWORD })).toBe(false);
    expect(RegisterBody.parse({ id: 'kim', password: PASSWORD, bindings: [{ role: 'admin' }] })).not.toHaveProperty(
      'bindings',
    );
  });

  it('never show a hash', () => {
    expect(Object.keys(User.shape)).not.toContain('passwordHash');
    expect(UserQuery.parse({ limit: '5', query: 'k' })).toEqual({ limit: 5, query: 'k' });
    expect(accepts(UserQuery, { limit: '201' })).toBe(false);
  });
});

describe('roles and tokens', () => {
  it('reach everywhere unless narrowed', () => {
    expect(BindingInput.parse({ role: 'viewer' })).toEqual({ role: 'viewer', cluster: '*', namespace: '*' });
    expect(BindingInput.parse({ role: 'sender', cluster: 'prod' })).toMatchObject({ cluster: 'prod', namespace: '*' });
    for (const body of [
      { role: 'root' },
      { role: 'viewer', cluster: '' },
      { role: 'viewer', namespace: 'x'.repeat(254) },
      {},
    ])
      expect(accepts(BindingInput, body)).toBe(false);
  });

  it('make a token of a name and at least one role', () => {
    const bindings = [{ role: 'viewer' }];
    expect(accepts(CreateTokenBody, { name: 'ci', bindings })).toBe(true);
    expect(accepts(CreateTokenBody, { name: 'ci', bindings, expiresAt: '2026-12-01T00:00:00+09:00' })).toBe(true);
    for (const body of [
      { name: 'ci', bindings: [] },
      { name: ' ', bindings },
      { name: 'ci', bindings, expiresAt: 'tomorrow' },
      { name: 'ci', bindings, expiresAt: 90 },
      { name: 'ci', bindings, prefix: 'hw_' },
    ])
      expect(accepts(CreateTokenBody, body)).toBe(false);
  });

  it('show the secret beside the token, never inside it', () => {
    expect(Object.keys(CreatedToken.shape)).toEqual(['token', 'secret']);
    expect(Object.keys(CreatedToken.shape.token.shape)).not.toContain('tokenHash');
  });
});

describe('the audit', () => {
  it('is narrowed by what is given', () => {
    expect(AuditQuery.parse({})).toEqual({ limit: 50 });
    expect(AuditFilterQuery.parse({ actor: 'usr_1', from: '2026-03-01T00:00:00Z' })).toEqual({
      actor: 'usr_1',
      from: '2026-03-01T00:00:00Z',
    });
    for (const query of [{ from: '2026-03-01' }, { to: 'now' }, { actor: 'x'.repeat(65) }, { limit: 0 }])
      expect(accepts(AuditQuery, query)).toBe(false);
  });

  it('holds any before and after', () => {
    const entry = {
      id: 1,
      at: '2026-03-01T10:00:00Z',
      actor: { kind: 'user', id: 'usr_1', name: 'kim' },
      action: 'user.create',
      target: { kind: 'user', id: 'usr_2' },
      cluster: null,
      namespaces: [],
      before: null,
      after: { deep: [{ text: '김' }] },
      requestId: null,
      remoteAddress: '192.0.2.1',
    };
    expect(AuditEntry.parse(entry)).toEqual(entry);
  });
});
