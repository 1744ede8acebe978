import type { Route } from '../route.ts';
import { bindRoleRoute, unbindRoleRoute } from './bindings.ts';
import { createUserRoute } from './create.ts';
import { editUserRoute } from './edit.ts';
import { getUserRoute } from './get.ts';
import { listPeopleRoute, listUsersRoute } from './list.ts';
import { resetPasswordRoute } from './reset-password.ts';

export const userRoutes: readonly Route[] = [
  listUsersRoute,
  createUserRoute,
  getUserRoute,
  editUserRoute,
  resetPasswordRoute,
  bindRoleRoute,
  unbindRoleRoute,
  listPeopleRoute,
];
