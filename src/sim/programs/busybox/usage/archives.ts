/** Applets that pack and unpack: what follows `Usage: ` (BusyBox 1.35.0, Debian 1:1.35.0-4+deb12u1). */
export const ARCHIVES_USAGE: Readonly<Record<string, string>> = {
  gunzip: `gunzip [-cfkt] [FILE]...

Decompress FILEs (or stdin)

	-c	Write to stdout
	-f	Force
	-k	Keep input files
	-t	Test integrity`,
  gzip: `gzip [-cfkdt] [FILE]...

Compress FILEs (or stdin)

	-d	Decompress
	-c	Write to stdout
	-f	Force
	-k	Keep input files
	-t	Test integrity`,
  zcat: `zcat [FILE]...

Decompress to stdout`,
};
