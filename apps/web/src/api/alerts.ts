import type { AlertDetail, AlertItem } from '@headwater/contracts/http/alert.ts';
import type { Page } from '@headwater/contracts/http/common.ts';
import { request, type RequestOptions } from './http.ts';

export function listAlerts(query: RequestOptions['query'], signal?: AbortSignal): Promise<Page<AlertItem>> {
  return request('/api/v1/alerts', { query, signal });
}

export function readAlert(id: string, signal?: AbortSignal): Promise<AlertDetail> {
  return request(`/api/v1/alerts/${encodeURIComponent(id)}`, { signal });
}
