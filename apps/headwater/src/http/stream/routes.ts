import type { Route } from '../route.ts';
import { createTicketRoute } from './create-ticket.ts';
import { serverSentEventRoutes } from './server-sent-events.ts';
import { webSocketRoute } from './web-socket.ts';

export const streamRoutes: readonly Route[] = [...serverSentEventRoutes, webSocketRoute, createTicketRoute];
