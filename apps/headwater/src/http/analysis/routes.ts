import type { Route } from '../route.ts';
import { analyze } from './analyze.ts';
import { summarize } from './summarize-incident.ts';

export const analysisRoutes: readonly Route[] = [analyze, summarize];
