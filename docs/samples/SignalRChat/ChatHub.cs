using Microsoft.AspNetCore.SignalR;

namespace SignalRChat;

/// <summary>Passes what one says on to all.</summary>
internal sealed class ChatHub : Hub
{
    private const string Name = "name";

    public Task Join(string name)
    {
        Context.Items[Name] = name;
        return Clients.All.SendAsync("Line", $"{name} has come");
    }

    public Task Say(string text) => Clients.All.SendAsync("Line", $"{NameOrId}: {text}");

    public override Task OnDisconnectedAsync(Exception? exception) => Clients.All.SendAsync("Line", $"{NameOrId} has left");

    private string NameOrId => Context.Items[Name] as string ?? Context.ConnectionId;
}
