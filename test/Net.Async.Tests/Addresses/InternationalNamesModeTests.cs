using System.Globalization;
using System.Runtime.InteropServices;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests;

/// <summary>The same names in a process with ICU, and in one without it.</summary>
public class InternationalNamesModeTests
{
    private static readonly string[] s_hosts =
    [
        "büro.test", "BÜRO.test", "Büro.TEST", "bu\u0308ro.test", "ｂüro.test", "faß.de", "FASS.de", "ẞ.de", "ΣΊΣΥΦΟΣ.gr", "σίσυφος.gr", "ПРИМЕР.рф", "例え.テスト", "हिन्दी.example",
        "مثال.test", "דוגמה.test", "한국.test", "-lead.büro.test", "lead-.büro.test", "-lead.test", "a..b", ".a", "büro..test", "ﬁrma.test", "a\u200db.test", "İ.test", "ı.test", "☃.test",
        "１２７.0.0.1", "a。b", "büro。test", "ab--ü.test", "xn--ü.test", "xn--bro-hoa.test", "ǆ.test", "ŀ.test", "ά.test", "ά.test", "ᾳ.test", "ꭰ.test", "ไทย.test", "\u0e33.test",
    ];

    [NeedsIcuFact]
    public async Task ToAscii_WithIcuAndWithoutIt_IsOneAnswer()
    {
        var without = await AskAsync(invariant: true);
        Assert.Equal(s_hosts.Length, without.Length);
        Assert.Equal(without, await AskAsync(invariant: false));
    }

    /// <summary>In the process that was started for it: a line for each name.</summary>
    public static void Play(string invariant)
    {
        // A table of cultures is there only with ICU.
        if ((CultureInfo.GetCultures(CultureTypes.AllCultures).Length <= 1) != bool.Parse(invariant))
            throw new InvalidOperationException("The process runs in the other mode.");
        foreach (var host in s_hosts)
            Console.WriteLine($"{Uri.EscapeDataString(host)} {HostNames.ToAscii(host, out var problem) ?? problem}");
    }

    private static async Task<string[]> AskAsync(bool invariant)
    {
        var assembly = typeof(InternationalNamesModeTests).Assembly.Location;
        var directory = Directory.CreateTempSubdirectory("icu-");
        try
        {
            // The runtime's configuration goes before the environment.
            var config = Path.Combine(directory.FullName, "mode.runtimeconfig.json");
            await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(Path.ChangeExtension(assembly, "runtimeconfig.json")))
                .Replace("\"System.Globalization.Invariant\": true", $"\"System.Globalization.Invariant\": {(invariant ? "true" : "false")}", StringComparison.Ordinal));
            await using var child = Child.Start("dotnet", "exec", "--runtimeconfig", config, assembly, "international-names", invariant.ToString());
            var text = await child.Output.ReadToEndAsync().Soon();
            Assert.Equal(0, await child.WaitForExitAsync());
            return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class NeedsIcuFactAttribute : LinuxFactAttribute
    {
        public NeedsIcuFactAttribute()
        {
            if (Skip is null && !NativeLibrary.TryLoad("libicuuc.so", out _) && !Directory.EnumerateFiles("/usr/lib", "libicuuc.so.*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).Any())
                Skip = "not installed: libicu";
        }

        public override string SkippedWhen => $"{base.SkippedWhen}, or without libicu";
    }
}
