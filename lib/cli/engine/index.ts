export { REMEMBERED_ONLY, startEmbeddedEngine, type EmbeddedEngine } from './embedded';
