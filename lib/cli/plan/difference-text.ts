import type { Change } from '../../state';
import { changeText } from '../verify/change-text';

/** A difference of a live table in the words of `verify`. */
export function differenceText(place: string, change: Change): string {
  const { what, live, wanted } = changeText(change);
  return `${place}: ${what}: live ${live}, wanted ${wanted}`;
}
