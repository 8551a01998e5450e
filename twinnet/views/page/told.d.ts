// What `twinnet/views/figures.py` tells the page of a network's figures and communities.

/** How many there are of something; a key of null is "not known". */
type Counted = [key: string | null, n: number];

interface FiguresData {
  organisations: number;
  links: number;
  /** Suggested pairs, each once. */
  suggestions: number;
  /** Organisations that are a member of any network. */
  members: number;
  kinds: Counted[];
  countries: Counted[];
  networks: Counted[];
  states: Counted[];
  link_kinds: Counted[];
  /** Decades as "1990", earliest first; null is no known beginning. */
  decades: Counted[];
  /** The country null, which stands last, is all others. */
  matrix: { countries: (string | null)[]; rows: number[][] };
  corridors: [name: string, links: number, ofLinks: number, suggestions: number, ofSuggestions: number][];
  unlinked: { n: number; of: number; largest: string[]; names: Record<string, [string, string | null]> };
  themes: [theme: string, offered: number, sought: number, inferred: number][];
  themes_more: number;
  projects: { n: number; organisations: number; programmes: Counted[] };
}

interface Community {
  number: number;
  /** The name of its most linked member. */
  name: string;
  size: number;
  countries: Counted[];
  /** Pairs of partners inside it. */
  inside: number;
  /** Pairs of which one partner is inside it. */
  across: number;
  /** Ids, who has most partners inside first; of a large network only the strongest. */
  members: string[];
}

interface CommunitiesData {
  linked: number;
  pairs: number;
  parts: number;
  list: Community[];
  more: [communities: number, organisations: number];
  ties: [number: number, number: number, pairs: number][];
  bridges: [id: string, id: string, part: number, part: number][];
  bridges_more: number;
  ends: number;
  connectors: [id: string, community: number, partners: number, elsewhere: number, communities: number, participation: number][];
  names: Record<string, [string, string | null]>;
}

interface Model {
  figures: FiguresData;
  communities: CommunitiesData;
}
