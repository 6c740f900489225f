namespace Net.Async;

/// <summary>How a list of addresses is written.</summary>
public enum BlockListFormat
{
    /// <summary>JSON when it begins with a bracket; nftables or ipset when its first line is a command of theirs (<c>table</c>, <c>add element</c>; <c>create</c>, <c>add</c>, <c>flush</c>); else lines.</summary>
    Auto,

    /// <summary>One rule a line: an address, a subnet <c>n/p</c>, a range <c>a-b</c>, or the words of <see cref="BlockList.Rules"/>; comments from <c>#</c>, <c>;</c> or <c>//</c> on. FireHOL, Spamhaus DROP and most others.</summary>
    Lines,

    /// <summary>What <c>ipset save</c> writes and <c>ipset restore</c> reads: the entries of all sets. Time limits are not kept; <c>nomatch</c>, and what takes entries away that were added before, are bad lines.</summary>
    IpsetSave,

    /// <summary>A JSON document, or one a line, with rules at <see cref="BlockListLoadOptions.JsonPaths"/>.</summary>
    Json,

    /// <summary>What <c>nft list</c> writes and <c>nft -f</c> reads: the elements of address sets. Time limits are not kept; a <c>delete element</c> is a bad line, and a list that ends in the middle of elements an error always.</summary>
    Nft,
}
