using System.Runtime.CompilerServices;
using System.Text;

namespace VerifyXunit;

/// <summary>Snapshots with the file names and habits of Verify.Xunit, so that the package can take over without touching a test.</summary>
/// <remarks>The verified file is part of the source: look at the received one, and rename it when the difference is meant.</remarks>
public static class Verifier
{
    /// <summary>Compares with <c>{TestClass}.{TestMethod}.verified.txt</c> beside the test's source file, which is named like its class.</summary>
    public static async Task Verify(string text, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(sourceFile)!, $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}");
        var (verifiedFile, receivedFile) = (stem + ".verified.txt", stem + ".received.txt");
        var received = Normalize(text);
        var verified = File.Exists(verifiedFile) ? Normalize(await File.ReadAllTextAsync(verifiedFile)) : null;
        if (received == verified)
        {
            // One left by an earlier failure would look like a difference that is still there.
            File.Delete(receivedFile);
            return;
        }

        await File.WriteAllTextAsync(receivedFile, received + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Assert.Fail(verified is null
            ? $"There is no {Path.GetFileName(verifiedFile)} yet; see {receivedFile}."
            : $"{Path.GetFileName(verifiedFile)} differs from {receivedFile}. {FirstDifference(verified, received)}");
    }

    // An editor or a checkout may change these, and neither means anything.
    private static string Normalize(string text)
    {
        text = text.ReplaceLineEndings("\n");
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    private static string FirstDifference(string verified, string received)
    {
        string[] expected = verified.Split('\n'), actual = received.Split('\n');
        var line = 0;
        while (line < expected.Length && line < actual.Length && expected[line] == actual[line])
            line++;
        return $"Line {line + 1}:\n  verified: {LineAt(expected, line)}\n  received: {LineAt(actual, line)}";
    }

    private static string LineAt(string[] lines, int index) => index < lines.Length ? lines[index] : "(no such line)";
}
