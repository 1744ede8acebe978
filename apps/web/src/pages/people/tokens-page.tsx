import type { ApiToken, CreatedToken } from '@headwater/contracts/http/tokens.ts';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { listTokens, revokeToken } from '../../api/people.ts';
import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { PageHeading } from '../../shell/page-heading.tsx';
import { Button } from '../../ui/button.tsx';
import { Failure, Skeleton, State } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { RoleChips } from './role-chips.tsx';
import { SecretShown } from './secret-shown.tsx';
import { useChange } from './use-change.ts';

export function TokensPage() {
  const t = useT();
  const query = useQuery({ queryKey: keys.tokens, queryFn: ({ signal }) => listTokens(signal) });
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<CreatedToken | null>(null);
  usePageTitle(t('nav.tokens'));
  return (
    <div className="h-full overflow-y-auto">
      <PageHeading title={t('nav.tokens')}>
        <Button
          className="ml-auto"
          look="primary"
          icon={<Plus size={14} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('tokens.add')}
        </Button>
      </PageHeading>
      <div className="max-w-[1000px] px-4 pb-8">
        {query.isPending && <Skeleton className="h-48" />}
        {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {query.data?.items.length === 0 && (
          <State icon={KeyRound} title={t('tokens.none')}>
            <p>{t('tokens.noneHint')}</p>
          </State>
        )}
        {query.data && query.data.items.length > 0 && (
          <ul className="rounded-card border bg-surface">
            {query.data.items.map((token) => (
              <TokenRow key={token.id} token={token} />
            ))}
          </ul>
        )}
      </div>
      <NewTokenDialog
        open={adding}
        onClose={() => setAdding(false)}
        onMade={(answer) => {
          setAdding(false);
          setMade(answer);
        }}
      />
      <SecretShown
        secret={made?.secret ?? null}
        title={t('tokens.secret')}
        hint={t('tokens.secretHint')}
        onClose={() => setMade(null)}
      />
    </div>
  );
}

function TokenRow({ token }: { readonly token: ApiToken }) {
  const t = useT();
  const { busy, change } = useChange(keys.tokens);
  const live = token.state === 'live';
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium">
          {token.name} <code className="text-xs font-normal text-subtle">{token.prefix}…</code>
        </p>
        <p className="text-[13px] text-subtle">
          {live ? null : `${t(`tokens.${token.state === 'revoked' ? 'revoked' : 'expired'}`)} · `}
          {token.lastUsedAt ? (
            <>
              {t('tokens.lastUsed')} <Time at={token.lastUsedAt} />
            </>
          ) : (
            t('tokens.neverUsed')
          )}
        </p>
      </div>
      <RoleChips bindings={token.bindings} />
      {live && (
        <Button size="small" look="danger" busy={busy} onClick={() => void change(() => revokeToken(token.id))}>
          {t('tokens.revoke')}
        </Button>
      )}
    </li>
  );
}
