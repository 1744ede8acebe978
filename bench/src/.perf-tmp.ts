import { generateScale } from './scale/generate.ts';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { ANALYZERS } from '@headwater/diagnosis/analyzers/registry.gen.ts';
