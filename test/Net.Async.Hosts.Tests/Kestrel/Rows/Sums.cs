using System.Buffers.Binary;
using Grpc.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>A gRPC service without generated code: its messages are numbers of eight bytes.</summary>
internal static class Sums
{
    private const string Name = "test.Sums";

    private static readonly Marshaller<Number> s_number = new(
        static number =>
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number.Value);
            return bytes;
        },
        static bytes => new Number(BinaryPrimitives.ReadInt64LittleEndian(bytes)));

    public static Method<Number, Number> Double { get; } = new(MethodType.Unary, Name, nameof(Double), s_number, s_number);

    public static Method<Number, Number> CountTo { get; } = new(MethodType.ServerStreaming, Name, nameof(CountTo), s_number, s_number);

    public static Method<Number, Number> Total { get; } = new(MethodType.ClientStreaming, Name, nameof(Total), s_number, s_number);

    public static Method<Number, Number> Running { get; } = new(MethodType.DuplexStreaming, Name, nameof(Running), s_number, s_number);

    public static Method<Number, Number> Fail { get; } = new(MethodType.Unary, Name, nameof(Fail), s_number, s_number);
}

/// <summary>What gRPC looks for to know the service's methods.</summary>
[BindServiceMethod(typeof(SumsBase), nameof(Bind))]
internal abstract class SumsBase
{
    public static void Bind(ServiceBinderBase binder, SumsBase? service)
    {
        binder.AddMethod(Sums.Double, service is null ? null : service.Double);
        binder.AddMethod(Sums.CountTo, service is null ? null : service.CountTo);
        binder.AddMethod(Sums.Total, service is null ? null : service.Total);
        binder.AddMethod(Sums.Running, service is null ? null : service.Running);
        binder.AddMethod(Sums.Fail, service is null ? null : service.Fail);
    }

    public abstract Task<Number> Double(Number number, ServerCallContext context);

    public abstract Task CountTo(Number number, IServerStreamWriter<Number> answers, ServerCallContext context);

    public abstract Task<Number> Total(IAsyncStreamReader<Number> numbers, ServerCallContext context);

    public abstract Task Running(IAsyncStreamReader<Number> numbers, IServerStreamWriter<Number> answers, ServerCallContext context);

    public abstract Task<Number> Fail(Number number, ServerCallContext context);
}

/// <summary>The service.</summary>
internal sealed class SumsService : SumsBase
{
    public override Task<Number> Double(Number number, ServerCallContext context) => Task.FromResult(new Number(number.Value * 2));

    public override async Task CountTo(Number number, IServerStreamWriter<Number> answers, ServerCallContext context)
    {
        for (var i = 1L; i <= number.Value; i++)
            await answers.WriteAsync(new Number(i));
    }

    public override async Task<Number> Total(IAsyncStreamReader<Number> numbers, ServerCallContext context)
    {
        var total = 0L;
        await foreach (var number in numbers.ReadAllAsync())
            total += number.Value;
        return new Number(total);
    }

    public override async Task Running(IAsyncStreamReader<Number> numbers, IServerStreamWriter<Number> answers, ServerCallContext context)
    {
        var total = 0L;
        await foreach (var number in numbers.ReadAllAsync())
            await answers.WriteAsync(new Number(total += number.Value));
    }

    public override Task<Number> Fail(Number number, ServerCallContext context) => throw new RpcException(new Status(StatusCode.OutOfRange, "That is too much."), new Metadata { { "number", "1" } });
}

/// <summary>The message.</summary>
internal sealed record Number(long Value);
