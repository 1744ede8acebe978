import { PERMISSIONS } from '@headwater/core/access/permissions.ts';
import { ROLES } from '@headwater/core/access/actor.ts';
import { LANGUAGES, LOGIN_PATTERN, PASSWORD_LENGTH } from '@headwater/core/access/rules.ts';
import { z } from 'zod';
import { bodyWithAliases, Time } from './common.ts';

export const RoleName = z.enum(ROLES);
export const PermissionName = z.enum(PERMISSIONS);
export const Language = z.enum(LANGUAGES);

/** A name to sign in with, as new ones must be. */
export const NewLogin = z
  .string()
  .regex(LOGIN_PATTERN, 'expected 3 to 64 letters, digits or . _ - @ +, beginning with a letter or digit');

/** A password as new ones must be; what else makes it weak is said by the server. */
export const NewPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);
export const DisplayName = z.string().trim().min(1).max(100);

// Any text is tried on sign-in: a rule about its shape would tell a stranger what logins look like here.
const GivenLogin = z.string().min(1).max(256);
const GivenPassword = z.string().min(1).max(1024);

/** kube-rca calls them `id` and `preferredLanguage`. */
const ALIASES = { id: 'login', preferredLanguage: 'language' };

/** A role in one cluster and namespace, `*` for all. */
export const BindingInput = z.strictObject({
  role: RoleName,
  cluster: z.string().min(1).max(253).default('*'),
  namespace: z.string().min(1).max(253).default('*'),
});
export type BindingInput = z.input<typeof BindingInput>;

export const Binding = z.object({ id: z.string(), role: RoleName, cluster: z.string(), namespace: z.string() });
export type Binding = z.infer<typeof Binding>;

export const SignInBody = bodyWithAliases(z.object({ login: GivenLogin, password: GivenPassword }), ALIASES);

export const RegisterBody = bodyWithAliases(
  z.object({
    login: NewLogin,
    password: NewPassword,
    displayName: DisplayName.optional(),
    language: Language.optional(),
  }),
  ALIASES,
);

export const SignedOut = z.object({ status: z.literal('logged_out') });

export const AuthConfig = z.object({
  allowSignup: z.boolean(),
  passwordLength: z.object({ min: z.int(), max: z.int() }),
  oidcEnabled: z.boolean(),
  oidcLoginUrl: z.string().nullable(),
  oidcProvider: z.string().nullable(),
});
export type AuthConfig = z.infer<typeof AuthConfig>;

/** Who the caller is and what they may do; `permissions` holds somewhere, `bindings` say where. */
export const Me = z.object({
  kind: z.enum(['user', 'token', 'system']),
  id: z.string(),
  login: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  language: Language,
  mustChangePassword: z.boolean(),
  sessionId: z.string().nullable(),
  bindings: z.array(z.object({ role: RoleName, cluster: z.string(), namespace: z.string() })),
  permissions: z.array(PermissionName),
});
export type Me = z.infer<typeof Me>;

/** A fresh access token; the refresh token travels in the cookie only. */
export const AccessGrant = z.object({
  accessToken: z.string(),
  expiresIn: z.int().describe('Seconds'),
  mustChangePassword: z.boolean().describe('True: nothing but POST /api/v1/auth/password is permitted yet'),
  user: Me,
});
export type AccessGrant = z.infer<typeof AccessGrant>;

export const EditMeBody = bodyWithAliases(
  z.strictObject({ displayName: DisplayName.optional(), language: Language.optional() }),
  ALIASES,
);

export const ChangePasswordBody = z.strictObject({ currentPassword: GivenPassword, newPassword: NewPassword });

/** One sign-in that is still good. */
export const Session = z.object({
  id: z.string(),
  signedInAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
  remoteAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  current: z.boolean(),
});
export type Session = z.infer<typeof Session>;

export const SessionList = z.object({ items: z.array(Session) });
