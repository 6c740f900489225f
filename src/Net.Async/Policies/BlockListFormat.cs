namespace Net.Async;

/// <summary>How a list of addresses is written.</summary>
public enum BlockListFormat
{
    /// <summary>JSON when it begins with a bracket, <c>ipset save</c> when its first rule begins with <c>create</c> or <c>add</c>, else lines.</summary>
    Auto,

    /// <summary>One rule a line: an address, a subnet <c>n/p</c>, a range <c>a-b</c>, or the words of <see cref="BlockList.Rules"/>; comments from <c>#</c>, <c>;</c> or <c>//</c> on. FireHOL, Spamhaus DROP and most others.</summary>
    Lines,

    /// <summary>What <c>ipset save</c> writes. Time limits of entries are not kept; <c>nomatch</c> is a bad line.</summary>
    IpsetSave,

    /// <summary>A JSON document, or one a line, with rules at <see cref="BlockListLoadOptions.JsonPaths"/>.</summary>
    Json,
}
