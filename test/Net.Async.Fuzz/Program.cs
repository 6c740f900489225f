using System.Globalization;
using Net.Async.Fuzz;
using SharpFuzz;

// TARGET plays inputs for afl-fuzz, or one from the standard input; TARGET FOLDER writes the corpus. .ci/fuzz runs both.
if (args is not [var name, ..] || !FuzzTarget.All.TryGetValue(name, out var target))
{
    Console.Error.WriteLine($"Net.Async.Fuzz needs one of the targets {string.Join(", ", FuzzTarget.All.Keys)}");
    return 2;
}

if (args is [_, var folder])
{
    Directory.CreateDirectory(folder);
    var number = 0;
    // An empty input tells afl-fuzz nothing, and it refuses the file.
    foreach (var bytes in target.Corpus().Where(static bytes => bytes.Length is > 0 and <= Limits.InputBytes).DistinctBy(Convert.ToHexString))
        File.WriteAllBytes(Path.Combine(folder, number++.ToString("D4", CultureInfo.InvariantCulture)), bytes);
    return 0;
}

Fuzzer.Run(input => Limits.Play(target, input));
return 0;
