import type { Route } from '../route.ts';
import { createTokenRoute } from './create.ts';
import { listTokensRoute } from './list.ts';
import { revokeTokenRoute } from './revoke.ts';

export const tokenRoutes: readonly Route[] = [listTokensRoute, createTokenRoute, revokeTokenRoute];
