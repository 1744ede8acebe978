import type { Route } from '../route.ts';
import { authConfigRoute } from './config.ts';
import { editLanguageRoute, editMeRoute } from './edit-me.ts';
import { loginRoute } from './login.ts';
import { logoutRoute } from './logout.ts';
import { meRoute } from './me.ts';
import { passwordRoute } from './password.ts';
import { refreshRoute } from './refresh.ts';
import { registerRoute } from './register.ts';
import { revokeSessionRoute, sessionsRoute } from './sessions.ts';

export const authRoutes: readonly Route[] = [
  authConfigRoute,
  registerRoute,
  loginRoute,
  refreshRoute,
  logoutRoute,
  meRoute,
  editMeRoute,
  editLanguageRoute,
  passwordRoute,
  sessionsRoute,
  revokeSessionRoute,
];
