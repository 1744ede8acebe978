import { StreamTicket } from '@headwater/contracts/http/stream.ts';
import { formatTime } from '@headwater/core/time.ts';
import { issueStreamTicket } from '@headwater/engine/stream/tickets.ts';
import { defineRoute } from '../route.ts';

export const createTicketRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/stream-tickets',
  operationId: 'createStreamTicket',
  summary: 'Get a one-time ticket for a live stream',
  description:
    'For `EventSource` and `WebSocket` in a browser, which send no Authorization header: `/api/stream?ticket=`.',
  tags: ['stream'],
  access: 'incidents.read',
  responses: { 201: StreamTicket },
  async handle({ ctx, services }) {
    const { ticket, expiresAt } = await issueStreamTicket(ctx, services.people.secrets);
    return { ticket, expiresAt: formatTime(expiresAt) };
  },
});
