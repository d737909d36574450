export { objectIn, objectsIn } from './fields';
export { Recorder, type DoneRequest, type RecordedUse } from './recorder';
export { usesOf } from './request-uses';
export { tableNameIn } from './use';
