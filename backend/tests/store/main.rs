//! The store's behaviour, over a real file.

mod agents;
mod applications;
mod audit_chain;
mod codes;
mod consents;
mod credentials;
mod durability;
mod keys;
mod members;
mod opening;
mod paging;
mod parked_requests;
mod scene;
mod secrets;
mod sessions;
