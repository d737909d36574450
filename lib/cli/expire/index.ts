export { Sweeper } from './sweeper';
