import { describe, expect, it } from 'vitest';
import { askAboutIncident, readConversation } from '@headwater/engine/ask/ask-about-incident.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { contextOf, diagnosedIncident, diagnosisOf } from './test-diagnosed-incident.ts';

// kube-rca: one session per incident page, so that what one person had asked was part of the next person's conversation.
describe.each(ENGINES)('a conversation stays with its owner, on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('nobody else reads it, adds to it or carries it to another incident', async () => {
    const diagnosis = await diagnosisOf('oom-killed');
    const incidentId = await diagnosedIncident(database(), diagnosis);
    const [ada, ben] = [contextOf(database(), { id: 'ada' }), contextOf(database(), { id: 'ben' })];
    const first = await askAboutIncident(ada, { incidentId, question: 'Why does it restart?', conversationId: null });
    expect(first.text).toContain('64Mi');
    const { conversationId } = first;
    await expect(readConversation(ben, conversationId)).rejects.toMatchObject({ code: 'not_found' });
    const intrusion = askAboutIncident(ben, { incidentId, question: 'And now?', conversationId });
    await expect(intrusion).rejects.toMatchObject({ code: 'not_found' });
    const other = await diagnosedIncident(database(), diagnosis);
    const elsewhere = askAboutIncident(ada, { incidentId: other, question: 'Here?', conversationId });
    await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' });
    const turns = await readConversation(ada, conversationId);
    expect(turns.map(({ question }) => question)).toEqual(['Why does it restart?']);
    const bens = await askAboutIncident(ben, { incidentId, question: 'What can I do?', conversationId: null });
    expect(await readConversation(ben, bens.conversationId)).toHaveLength(1);
  });
});
