export { Recorder, type DoneRequest, type RecordedUse } from './recorder';
