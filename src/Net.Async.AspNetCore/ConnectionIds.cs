using System.Globalization;

namespace Net.Async;

/// <summary>The names of connections in logs: one that no other process has, as far as a random number can say.</summary>
internal static class ConnectionIds
{
    private static readonly string s_process = Random.Shared.Next().ToString("X8", CultureInfo.InvariantCulture);

    public static string Of(long id) => string.Create(CultureInfo.InvariantCulture, $"{s_process}-{id:X}");
}
