import { z } from 'zod';
import { Binding, BindingInput, DisplayName, Language, NewLogin, NewPassword } from './auth.ts';
import { PageQuery, pageOf, Time } from './common.ts';

/** A person with an account here. */
export const User = z.object({
  id: z.string(),
  login: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  language: Language,
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
  version: z.int(),
  bindings: z.array(Binding),
});
export type User = z.infer<typeof User>;

export const UserPage = pageOf(User);

export const UserQuery = PageQuery.extend({
  query: z.string().max(100).optional().describe('Part of a login, name or e-mail address'),
});

export const UserParams = z.object({ id: z.string().max(64) });
export const BindingParams = UserParams.extend({ bindingId: z.string().max(64) });

const Email = z.email().max(254);

export const CreateUserBody = z.strictObject({
  login: NewLogin,
  displayName: DisplayName.optional(),
  email: Email.nullish(),
  language: Language.optional(),
  password: NewPassword.optional().describe('Absent: a one-time password is made and answered once'),
  mustChangePassword: z.boolean().default(true),
  bindings: z.array(BindingInput).max(50).default([]),
});
export type CreateUserBody = z.input<typeof CreateUserBody>;

export const EditUserBody = z.strictObject({
  displayName: DisplayName.optional(),
  email: Email.nullish(),
  language: Language.optional(),
  disabled: z.boolean().optional(),
});
export type EditUserBody = z.input<typeof EditUserBody>;

/** Shown once; the person must change it at the first sign-in. */
export const UserWithPassword = z.object({ user: User, oneTimePassword: z.string().nullable() });
export type UserWithPassword = z.infer<typeof UserWithPassword>;

/** Who an incident may be assigned to. */
export const Person = z.object({ id: z.string(), login: z.string(), displayName: z.string() });
export const PersonPage = pageOf(Person);
