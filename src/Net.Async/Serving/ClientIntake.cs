namespace Net.Async;

/// <summary>The way of a client from its accept to the one that asks for it: policy, place, upgrade, connection.</summary>
internal sealed class ClientIntake(ServerOptions options, Demand demand, Admission admission, UpgradeStage upgrades, ConnectionRegistry registry, ServerNotices notices, Rundown rundown)
{
    private readonly ConnectionOptions _options = options.Limits.MaxUnflushedBytes is { } most ? options.Connection with { OutputBudget = new OutputBudget(most) } : options.Connection;

    /// <summary>Takes a client. Returns when the next one may be accepted: an upgrade continues on its own.</summary>
    /// <remarks>Not an async method where nothing has to wait: a frame less between the kernel and the handler.</remarks>
    /// <param name="address">Where it came in.</param>
    /// <param name="accepted">Its stream.</param>
    public ValueTask TakeAsync(ServerAddress address, TransportStream accepted)
    {
        // A transport that throws must not end the listening.
        var client = new Client(address, GuardedTransport.Over(accepted), accepted);
        var claiming = demand.ClaimAsync();
        return claiming is { IsCompletedSuccessfully: true, Result: true } ? AdmitAsync(client) : ClaimAndAdmitAsync(client, claiming);
    }

    private async ValueTask ClaimAndAdmitAsync(Client client, ValueTask<bool> claiming)
    {
        if (await claiming.ConfigureAwait(false))
            await AdmitAsync(client).ConfigureAwait(false);
        else
            // The server stops, and nothing has asked for this one: it is reset, as those in the kernel's queue are.
            client.Stream.Reset();
    }

    private ValueTask AdmitAsync(Client client)
    {
        var placing = admission.TryAllow(client) ? admission.TakePlaceAsync(client) : default;
        if (!placing.IsCompletedSuccessfully || upgrades.IsNeeded)
            return PlaceAndUpgradeAsync(client, placing);
        Connect(client, placing.Result);
        return default;
    }

    private async ValueTask PlaceAndUpgradeAsync(Client client, ValueTask<Place?> placing)
    {
        var place = await placing.ConfigureAwait(false);
        if (upgrades.IsNeeded && place is not null)
            await BeginUpgradeAsync(client, place.Value).ConfigureAwait(false);
        else
            Connect(client, place);
    }

    // An upgrade takes its time, and other clients overtake it: what was asked for is theirs meanwhile.
    private async ValueTask BeginUpgradeAsync(Client client, Place place)
    {
        await upgrades.EnterAsync().ConfigureAwait(false);
        rundown.TryEnter();
        demand.ReturnClaim();
        _ = UpgradeAsync(client, place);
    }

    private async Task UpgradeAsync(Client client, Place place)
    {
        try
        {
            if (await TryUpgradeAsync(client).ConfigureAwait(false) is not { } upgraded)
                admission.Release(place);
            else if (admission.TryExchange(client, upgraded, ref place))
                TryConnect(upgraded, place, isClaimed: false);
        }
        finally
        {
            upgrades.Leave();
            rundown.Leave();
        }
    }

    private async ValueTask<Client?> TryUpgradeAsync(Client client)
    {
        try
        {
            var stream = await upgrades.RunAsync(client.Stream).ConfigureAwait(false);
            return client with { Stream = stream, Own = stream };
        }
        catch (Exception exception)
        {
            // What the stop has ended has not failed.
            if (exception is not OperationCanceledException || !registry.Stopping.IsCancellationRequested)
                notices.OnUpgradeFailed(client, exception);
            return null;
        }
    }

    private void Connect(Client client, Place? place)
    {
        if (place is null || !TryConnect(client, place.Value, isClaimed: true))
            demand.ReturnClaim();
    }

    // True when the claim, where there is one, was used up.
    private bool TryConnect(Client client, Place place, bool isClaimed)
    {
        if (TryCreate(client.Own) is not { } connection)
        {
            admission.Release(place);
            return false;
        }

        // Before the connection can be found, and end, from elsewhere.
        notices.OnAccepted(connection, client.Address);
        if (!registry.TryAdd(connection, client.Address, place))
        {
            connection.Abort(Stopped());
            notices.OnClosed(connection, notices.TryReserve());
            return false;
        }

        connection.Start();
        if (!demand.TryDeliver(connection, isClaimed))
            connection.Abort(Stopped());
        return true;
    }

    private static OperationCanceledException Stopped() => new("The server has stopped.");

    // What the user's options do to the stream may fail: that is the trouble of one client, which is reset.
    private StreamConnection? TryCreate(TransportStream stream)
    {
        try
        {
            return new StreamConnection(stream, _options, registry);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            return null;
        }
    }
}
