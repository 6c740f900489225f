using System.Globalization;

namespace Net.Async;

/// <summary>How one kind of value is written in a configuration.</summary>
/// <param name="Form">What it must be, in words.</param>
/// <param name="Read">Reads it; false when it is none.</param>
internal sealed record ValueText<T>(string Form, ValueText<T>.Reader Read)
{
    public delegate bool Reader(string text, out T value);

    public bool TryRead(string text, out T value) => Read(text.Trim(), out value);
}

/// <summary>The kinds of values that options have.</summary>
internal static class ValueTexts
{
    public static ValueText<bool> Flag { get; } = new("true or false", bool.TryParse);

    public static ValueText<int> Integer { get; } = new("a whole number", static (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));

    public static ValueText<long> Long { get; } = new("a whole number", static (string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));

    public static ValueText<byte> Octet { get; } = new("a whole number from 0 to 255", static (string text, out byte value) => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value));

    public static ValueText<double> Number { get; } = new("a number", static (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value));

    /// <summary>A time. "30" alone would be 30 days, which no one means.</summary>
    public static ValueText<TimeSpan> Time { get; } = new("a time as in 00:00:30 (hours, minutes, seconds)",
        static (string text, out TimeSpan value) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal));

    /// <summary>Permissions of a file, as chmod(1) has them, or by name.</summary>
    public static ValueText<UnixFileMode> Mode { get; } = new("permissions, as in 0660 (octal) or UserRead, UserWrite", TryReadMode);

    /// <summary>One of the names of an enumeration.</summary>
    public static ValueText<T> Name<T>()
        where T : struct, Enum => new(string.Join(" or ", Enum.GetNames<T>()),
        static (string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase));

    private static bool TryReadMode(string text, out UnixFileMode value)
    {
        value = default;
        if (text.Length is < 3 or > 4 || text.ContainsAnyExceptInRange('0', '7'))
            return text.Length > 0 && !text.ContainsAnyInRange('0', '9') && Enum.TryParse(text, ignoreCase: true, out value);
        foreach (var digit in text)
            value = (UnixFileMode)(((int)value << 3) | (digit - '0'));
        return true;
    }
}
