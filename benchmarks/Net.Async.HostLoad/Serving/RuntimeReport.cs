using System.Collections;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Net.Async.HostLoad;

/// <summary>What the process runs with, so that a table can say that both transports had the same.</summary>
internal static class RuntimeReport
{
    public static void Write(TextWriter output, string transport)
    {
        output.WriteLine($"transport {transport}");
        output.WriteLine($"runtime {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processor(s)");
        output.WriteLine($"collector {(GCSettings.IsServerGC ? "server" : "workstation")}, {GCSettings.LatencyMode}");
        output.WriteLine($"runtimeconfig {Configuration()}");
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && (name.StartsWith("DOTNET_", StringComparison.Ordinal) || name.StartsWith("NET_ASYNC_", StringComparison.Ordinal)))
                output.WriteLine($"environment {name}={variable.Value}");
        }
    }

    private static string Configuration()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{typeof(RuntimeReport).Assembly.GetName().Name}.runtimeconfig.json");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var properties = document.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        return string.Join(' ', properties.EnumerateObject().Select(property => $"{property.Name}={property.Value}"));
    }
}
