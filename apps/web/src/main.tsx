import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isFinal } from './api/api-error.ts';
import { LanguageProvider } from './i18n/language.tsx';
import { createAppRouter } from './router.tsx';
import { SessionGate } from './shell/session-gate.tsx';
import { Toaster } from './ui/toast.tsx';

const RETRIES = 2;

// A newer page was put in place of this one and its parts are gone: the address is kept, the rest starts anew.
addEventListener('vite:preloadError', () => location.reload());

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (failures, error) => failures < RETRIES && !isFinal(error) },
    mutations: { retry: false },
  },
});
const router = createAppRouter();
const root = document.querySelector('#root');

if (root) {
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <QueryClientProvider client={queries}>
          <SessionGate>
            <RouterProvider router={router} />
          </SessionGate>
          <Toaster />
        </QueryClientProvider>
      </LanguageProvider>
    </StrictMode>,
  );
}
