using System.Text;

namespace Net.Async.Tests;

public class MessageReaderTests
{
    private const int Start = 12;

    [Fact]
    public void Read_Labels_AreJoinedByDots() => Assert.Equal(("a.bc", Start + 6), Read("\u0001a\u0002bc\0"));

    [Fact]
    public void Read_Root_IsEmpty() => Assert.Equal(("", Start + 1), Read("\0"));

    [Fact]
    public void Read_PointerBack_IsFollowedAndEndsTheName()
    {
        var message = Message("\u0003abc\0" + "\u0001x\u00C0\u000C" + "\u0001y\u00C0\u0011");

        Assert.Equal(("x.abc", Start + 9), Read(message, Start + 5));
        Assert.Equal(("y.x.abc", Start + 13), Read(message, Start + 9));
    }

    [Fact]
    public void Read_LongestName_IsRead()
    {
        var longest = string.Concat(Enumerable.Repeat("\u0007abcdefg", 31)) + "\u0005abcde\0";

        Assert.Equal(253, Read(longest).Name.Length);
        Unreadable(longest.Replace("\u0005abcde", "\u0006abcdef", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001")]
    [InlineData("\u0001a")]
    [InlineData("\u0003ab\0")]
    [InlineData("\u00C0")]
    [InlineData("\u00C0\u000C")]
    [InlineData("\u0001a\u00C0\u000C")]
    [InlineData("\u00C0\u000E\u0001a\0")]
    [InlineData("\u00FF\u00FF")]
    [InlineData("\u0041a\0")]
    [InlineData("\u0081a\0")]
    public void Read_NoName_IsUnreadable(string octets) => Unreadable(octets);

    // Each points to labels that lead to the one before: without a limit the name doubles and doubles.
    [Fact]
    public void Read_PointersThatPileUpLabels_IsUnreadable()
    {
        var octets = new StringBuilder("\u0001a\0");
        var last = Start;
        for (var i = 0; i < 50; i++)
        {
            var here = Start + octets.Length;
            octets.Append(string.Concat(Enumerable.Repeat("\u0001a", 5))).Append((char)(0xC0 | (last >> 8))).Append((char)(byte)last);
            last = here;
        }

        Assert.Throws<MalformedMessageException>(() => Read(Message(octets.ToString()), last));
    }

    private static (string Name, int End) Read(string octets) => Read(Message(octets), Start);

    private static (string Name, int End) Read(byte[] message, int start)
    {
        var reader = new MessageReader(message);
        var name = new byte[MessageReader.LongestName];
        var length = reader.CopyName(start, name);
        Assert.True(reader.NameIs(start, name));
        reader.MoveTo(start);
        reader.SkipName();
        var labels = new List<string>();
        for (var at = 0; name[at] != 0; at += 1 + name[at])
            labels.Add(Encoding.Latin1.GetString(name, at + 1, name[at]));
        Assert.Equal(length, labels.Sum(static label => label.Length + 1) + 1);
        return (string.Join('.', labels), reader.Position);
    }

    private static void Unreadable(string octets) => Assert.Throws<MalformedMessageException>(() => Read(octets));

    private static byte[] Message(string octets) => [.. new byte[Start], .. Encoding.Latin1.GetBytes(octets)];
}
