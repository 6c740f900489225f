using System.Text.Json;
using System.Text.Json.Serialization;

namespace Net.Async.HostLoad;

/// <summary>What the application answers. The controllers' route is /sleep.</summary>
internal static class Routes
{
    private const int Large = 1 << 20;

    private static readonly byte[] s_plaintext = "Hello, World!"u8.ToArray();
    private static readonly byte[] s_large = CreateLarge();

    public static void Map(WebApplication app)
    {
        app.MapGet("/plaintext", PlaintextAsync);
        app.MapGet("/json", JsonAsync);
        app.MapGet("/down", DownAsync);
        app.MapPost("/up", UpAsync);
        app.MapGet("/allocated", context => NumbersAsync(context, GC.GetTotalAllocatedBytes(precise: true)));
        app.MapGet("/memory", context => NumbersAsync(context, MemoryReport.Take()));
        app.MapControllers();
    }

    private static Task PlaintextAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = s_plaintext.Length;
        return context.Response.Body.WriteAsync(s_plaintext).AsTask();
    }

    private static Task JsonAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, new Greeting(17, "Hello, World!", ["plain", "small"]), RouteJson.Default.Greeting);
    }

    private static Task DownAsync(HttpContext context)
    {
        context.Response.ContentLength = s_large.Length;
        return context.Response.Body.WriteAsync(s_large).AsTask();
    }

    private static async Task UpAsync(HttpContext context)
    {
        long count = 0;
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync();
            count += read.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        await NumbersAsync(context, count);
    }

    // Numbers in a line, which a shell reads as well.
    private static Task NumbersAsync(HttpContext context, params ReadOnlySpan<long> numbers)
    {
        var text = string.Join(' ', numbers.ToArray());
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text);
    }

    private static byte[] CreateLarge()
    {
        var bytes = new byte[Large];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)('a' + (i % 26));
        return bytes;
    }
}

/// <summary>A small object.</summary>
internal sealed record Greeting(int Id, string Message, string[] Tags);

/// <summary>How it is written, by generated code.</summary>
[JsonSerializable(typeof(Greeting))]
internal sealed partial class RouteJson : JsonSerializerContext;
