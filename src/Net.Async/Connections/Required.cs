using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>An option that is never null, checked where it is set.</summary>
internal static class Required
{
    /// <summary>The value; null is an error that names the option.</summary>
    public static T Value<T>(T? value, [CallerMemberName] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);
}
